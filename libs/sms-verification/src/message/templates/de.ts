import type { LocaleTemplates } from './locale-templates';

/** German. GSM-7 has all its letters. „in {lifetime}“ asks for the dative, „Gültig {shortLifetime}“ abbreviates. */
export const de: LocaleTemplates = {
  lifetime: `{unit, select,
    minutes {{count, plural, one {{count} Minute} other {{count} Minuten}}}
    other {{count, plural, one {{count} Sekunde} other {{count} Sekunden}}}}`,
  shortLifetime: '{unit, select, minutes {{count} min} other {{count} s}}',
  texts: {
    login: [
      '{code} ist Ihr Code für die Anmeldung bei {product}. Er läuft in {lifetime} ab. Geben Sie ihn an niemanden weiter.',
      '{code} ist Ihr Anmeldecode für {product}. Gültig {shortLifetime}. Nicht weitergeben.',
    ],
    register: [
      '{code} ist Ihr Code für die Registrierung bei {product}. Er läuft in {lifetime} ab. Geben Sie ihn an niemanden weiter.',
      '{code} ist Ihr Registrierungscode für {product}. Gültig {shortLifetime}. Nicht weitergeben.',
    ],
    reset_password: [
      '{code} ist Ihr Code für ein neues Passwort bei {product}. Er läuft in {lifetime} ab. Geben Sie ihn an niemanden weiter.',
      '{code} ist Ihr Passwortcode für {product}. Gültig {shortLifetime}. Nicht weitergeben.',
    ],
    change_phone: [
      '{code} ist Ihr Code für eine neue Telefonnummer bei {product}. Er läuft in {lifetime} ab. Geben Sie ihn an niemanden weiter.',
      '{code} ist Ihr Code für eine neue Nummer bei {product}. Gültig {shortLifetime}. Nicht weitergeben.',
    ],
    default: [
      '{code} ist Ihr Code zur Bestätigung Ihrer Telefonnummer bei {product}. Er läuft in {lifetime} ab. Geben Sie ihn an niemanden weiter.',
      '{code} ist Ihr Bestätigungscode für {product}. Gültig {shortLifetime}. Nicht weitergeben.',
    ],
  },
};
