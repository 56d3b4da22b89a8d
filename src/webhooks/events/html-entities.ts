const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: '\u00A0',
    ensp: '\u2002',
    emsp: '\u2003',
    thinsp: '\u2009',
    shy: '\u00AD',
    zwnj: '\u200C',
    zwj: '\u200D',
    ndash: '–',
    mdash: '—',
    hellip: '…',
    bull: '•',
    middot: '·',
    lsquo: '‘',
    rsquo: '’',
    sbquo: '‚',
    ldquo: '“',
    rdquo: '”',
    bdquo: '„',
    laquo: '«',
    raquo: '»',
    copy: '©',
    reg: '®',
    trade: '™',
    deg: '°',
    sect: '§',
    para: '¶',
    micro: 'µ',
    plusmn: '±',
    times: '×',
    divide: '÷',
    frac12: '½',
    larr: '←',
    rarr: '→',
    cent: '¢',
    pound: '£',
    yen: '¥',
    euro: '€',
    iexcl: '¡',
    iquest: '¿',
    auml: 'ä',
    ouml: 'ö',
    uuml: 'ü',
    Auml: 'Ä',
    Ouml: 'Ö',
    Uuml: 'Ü',
    szlig: 'ß',
    agrave: 'à',
    aacute: 'á',
    acirc: 'â',
    aring: 'å',
    aelig: 'æ',
    ccedil: 'ç',
    egrave: 'è',
    eacute: 'é',
    ecirc: 'ê',
    euml: 'ë',
    ntilde: 'ñ',
    oacute: 'ó',
    oslash: 'ø',
  }),
);

const REPLACEMENT = '\uFFFD';
const LAST_CODE_POINT = 0x10_ff_ff;

/** HTML Living Standard 13.2.5.80: zero, surrogates and what is beyond Unicode become U+FFFD. */
function characterOf(code: number): string {
  const isSurrogate = code >= 0xd8_00 && code <= 0xdf_ff;
  return code === 0 || isSurrogate || code > LAST_CODE_POINT ? REPLACEMENT : String.fromCodePoint(code);
}

// The lengths are bounded so that a long run of ampersands or digits takes linear time.
const ENTITY = /&(?:#(\d{1,10})|#[xX]([\da-fA-F]{1,8})|([a-zA-Z][a-zA-Z\d]{1,7}));/g;

/** Decimal, hexadecimal and the common named character references, once; what is none of these stays as it is. */
export function decodeEntities(text: string): string {
  return text.replace(ENTITY, (whole: string, decimal?: string, hex?: string, name?: string) => {
    if (decimal !== undefined) return characterOf(Number.parseInt(decimal, 10));
    if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
    return NAMED.get(name ?? '') ?? whole;
  });
}
