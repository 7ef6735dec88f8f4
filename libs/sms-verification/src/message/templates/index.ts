import { ar } from './ar';
import { de } from './de';
import { en } from './en';
import { es } from './es';
import { fr } from './fr';
import { hi } from './hi';
import type { LocaleTemplates } from './locale-templates';
import { pt } from './pt';
import { zh } from './zh';

/** The texts that come with the library, by locale. */
export const LOCALE_TEMPLATES: ReadonlyMap<string, LocaleTemplates> = new Map(
  Object.entries({ ar, de, en, es, fr, hi, pt, zh }),
);
