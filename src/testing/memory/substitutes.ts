import { type DynamicModule, type ForwardReference, Global, Module, type Provider, type Type } from '@nestjs/common';
import { GLOBAL_MODULE_METADATA, MODULE_METADATA } from '@nestjs/common/constants.js';

type Imported = Type | DynamicModule | Promise<DynamicModule> | ForwardReference;

/** What modules get in the place of their own: providers by their token, and modules. */
export interface Substitutes {
  readonly providers: ReadonlyMap<unknown, Provider>;
  readonly modules: ReadonlyMap<unknown, Type>;
}

/**
 * A copy of a module with everything that it imports, in which providers and modules are substituted. Controllers are left
 * out; dynamic modules stay as they are.
 */
export function withSubstitutes(root: Type, { providers, modules }: Substitutes): Type {
  const copies = new Map<unknown, Type>(modules);
  const copied = (imported: Imported): Imported => (typeof imported === 'function' ? copyOf(imported) : imported);
  const copyOf = (original: Type): Type => {
    const known = copies.get(original);
    if (known) return known;
    // A class of its own: the metadata of the original stays.
    const copy: Type = { [original.name]: class extends original {} }[original.name] as Type;
    copies.set(original, copy);
    const listOf = <T>(name: string): T[] => (Reflect.getMetadata(name, original) as T[] | undefined) ?? [];
    Module({
      imports: listOf<Imported>(MODULE_METADATA.IMPORTS).map(copied),
      providers: listOf<Provider>(MODULE_METADATA.PROVIDERS).map((each) => providers.get(tokenOf(each)) ?? each),
      exports: listOf<Type>(MODULE_METADATA.EXPORTS).map((each) => copies.get(each) ?? each),
    })(copy);
    if (Reflect.getMetadata(GLOBAL_MODULE_METADATA, original) === true) Global()(copy);
    return copy;
  };
  return copyOf(root);
}

function tokenOf(provider: Provider): unknown {
  return typeof provider === 'function' ? provider : provider.provide;
}
