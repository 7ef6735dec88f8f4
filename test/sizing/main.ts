// What a small service needs, and one a thousand times as large. Run: npm run sizing
import measured from '../../docs/measured.json';
import { sizingText } from './document';
import { writeSizing } from './write';

process.stdout.write(`${sizingText(measured)}\n`);
writeSizing(measured);
