import { runHangar } from 'hangar';
import { AppModule } from './app.module.js';

await runHangar({ imports: [AppModule] });
