import type { PduFields } from './codec/fields';
import type { SmppSettings } from './smpp.options';

// SMPP 3.4 §5.2.5 and §5.2.6.
const UNKNOWN = { ton: 0, npi: 0 };
const INTERNATIONAL = { ton: 1, npi: 1 };
const ALPHANUMERIC = { ton: 5, npi: 0 };

/** The sender as submit_sm names it: alphanumeric, international, or left to the SMSC. */
export function sourceFields(settings: SmppSettings): PduFields {
  const address = settings.sourceAddr ?? '';
  const told = kindOf(address);
  return {
    source_addr_ton: settings.sourceTon ?? told.ton,
    source_addr_npi: settings.sourceNpi ?? told.npi,
    source_addr: address.replace(/^\+/, ''),
  };
}

/** A number in E.164 as submit_sm names it. The `+` is what the type of number says. */
export function destinationFields(settings: SmppSettings, e164: string): PduFields {
  return {
    dest_addr_ton: settings.destTon,
    dest_addr_npi: settings.destNpi,
    destination_addr: e164.replace(/^\+/, ''),
  };
}

function kindOf(address: string): typeof UNKNOWN {
  if (address.startsWith('+')) return INTERNATIONAL;
  return /^\d*$/.test(address) ? UNKNOWN : ALPHANUMERIC;
}
