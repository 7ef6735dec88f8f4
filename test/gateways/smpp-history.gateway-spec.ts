import { randomInt } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { SmppSmsGateway } from '../../libs/sms-gateways/src/smpp/smpp.sms-gateway';
import { freshMessage, outcomeOf, patience } from './messages';
import { Smsc } from './smpp-smsc';

describe(`${SmppSmsGateway.name}, over an SMSC that fails at random`, () => {
  it('reports no message sent that was not taken, and none refused that was', async () => {
    Logger.overrideLogger(false);
    const smsc = await Smsc.start();
    const taken = new Map<string, number>();
    smsc.onSubmit = (pdu, session) => {
      const fate = randomInt(100);
      if (fate < 10) smsc.refuse(pdu, session, 0x45);
      else if (fate < 25) smsc.refuse(pdu, session, 0x58);
      else if (fate < 28) session.destroy();
      else {
        const destination = pdu.destination_addr ?? '';
        taken.set(destination, (taken.get(destination) ?? 0) + 1);
        if (fate >= 32) smsc.accept(pdu, session);
        else if (fate < 30) session.destroy();
        // otherwise the answer never comes
      }
    };
    const gateway = smsc.gateway({ submitTimeoutMs: 200, window: 20, bindWaitMs: 5_000 });
    const outcomes = await Promise.all(
      Array.from({ length: 400 }, async () => {
        const message = freshMessage();
        const outcome = await outcomeOf(gateway.send(message, patience()), message);
        return { outcome, taken: taken.get(message.phone.e164.slice(1)) ?? 0 };
      }),
    );
    await smsc.close();
    expect(outcomes.filter(({ taken: times }) => times > 1)).toEqual([]);
    expect(outcomes.filter(({ outcome, taken: times }) => outcome === 'accepted' && times === 0)).toEqual([]);
    expect(outcomes.filter(({ outcome, taken: times }) => outcome === 'refused' && times > 0)).toEqual([]);
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(
      new Set(['accepted', 'refused', 'unknown']),
    );
  }, 60_000);
});
