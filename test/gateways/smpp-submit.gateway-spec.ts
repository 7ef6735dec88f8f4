import { Logger } from '@nestjs/common';
import { SmppSmsGateway } from '../../libs/sms-gateways/src/smpp/smpp.sms-gateway';
import { freshMessage, outcomeOf, patience } from './messages';
import { Smsc } from './smpp-smsc';

const NEXT_TRY_NEVER = { throttleMinMs: 100_000, throttleMaxMs: 100_000 };
const silently = (): void => undefined;

describe(`${SmppSmsGateway.name}, what becomes of a message`, () => {
  let smsc: Smsc;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(async () => {
    smsc = await Smsc.start();
  });
  afterEach(() => smsc.close());

  /** A message on its way by this gateway, and how it ends. */
  function send(gateway: SmppSmsGateway, signal = patience()): Promise<string> {
    const message = freshMessage();
    return outcomeOf(gateway.send(message, signal), message);
  }

  /** Throttles a submit; what is asked after it is answered after it, and so tells that the answer was read. */
  function throttleAndThen(next: () => void): void {
    smsc.onSubmit = (pdu, session) => {
      smsc.refuse(pdu, session, 0x58);
      smsc.request('enquire_link');
    };
    smsc.onOther = ({ command }) => {
      if (command === 'enquire_link_resp') setImmediate(next);
    };
  }

  it('counts as accepted when the SMSC takes it, and goes by the name that the SMSC gave it', async () => {
    smsc.onSubmit = (pdu, session) => smsc.accept(pdu, session, 'abc_1');
    expect(await smsc.gateway().send(freshMessage(), patience())).toEqual({ messageId: 'abc_1' });
  });

  it('counts as accepted when the SMSC takes it and gives no name', async () => {
    smsc.onSubmit = (pdu, session) => smsc.accept(pdu, session, '');
    const { messageId } = await smsc.gateway().send(freshMessage(), patience());
    expect(messageId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    [0x0b, 'destination_invalid'], // ESME_RINVDSTADR
    [0x08, 'refused'], // ESME_RSYSERR
    [0x0a, 'refused'], // ESME_RINVSRCADR
    [0x45, 'refused'], // ESME_RSUBMITFAIL
    [0x64, 'refused'], // ESME_RX_T_APPN
    [0x0410, 'refused'], // a vendor's own
  ])('counts status %i as %s, and submits once', async (status, outcome) => {
    smsc.onSubmit = (pdu, session) => {
      smsc.refuse(pdu, session, status);
    };
    expect(await send(smsc.gateway())).toBe(outcome);
    expect(smsc.submits).toHaveLength(1);
  });

  it("knows a carrier's own status for an invalid destination", async () => {
    smsc.onSubmit = (pdu, session) => {
      smsc.refuse(pdu, session, 0x0410);
    };
    expect(await send(smsc.gateway({ invalidDestinationStatuses: [0x0b, 0x0410] }))).toBe(
      'destination_invalid',
    );
  });

  it('counts a generic_nack as refused', async () => {
    smsc.onSubmit = ({ sequence_number }) => {
      smsc.request('generic_nack', { sequence_number, command_status: 0x02 });
    };
    expect(await send(smsc.gateway())).toBe('refused');
  });

  it.each([0x58, 0x14])('submits again after the throttling answer %i until it is taken', async (status) => {
    smsc.onSubmit = (pdu, session) => {
      if (smsc.submits.length < 4) smsc.refuse(pdu, session, status);
      else smsc.accept(pdu, session);
    };
    expect(await send(smsc.gateway())).toBe('accepted');
    expect(smsc.submits).toHaveLength(4);
  });

  it('counts as refused when it is throttled until nobody waits any longer', async () => {
    const giveUp = new AbortController();
    throttleAndThen(() => {
      giveUp.abort();
    });
    expect(await send(smsc.gateway(NEXT_TRY_NEVER), giveUp.signal)).toBe('refused');
  });

  it('counts as refused when the gateway closes while the SMSC throttles', async () => {
    const gateway = smsc.gateway(NEXT_TRY_NEVER);
    const throttled = new Promise<void>((resolve) => {
      throttleAndThen(resolve);
    });
    const sending = send(gateway);
    await throttled;
    await gateway.close();
    expect(await sending).toBe('refused');
  });

  it('counts as unknown when no answer comes in time, and is not submitted again', async () => {
    smsc.onSubmit = silently;
    const gateway = smsc.gateway({ submitTimeoutMs: 50 });
    expect(await send(gateway)).toBe('unknown');
    expect(smsc.submits).toHaveLength(1);
  });

  it('counts as unknown when the link drops before the answer, and is not submitted over the next', async () => {
    smsc.onSubmit = () => {
      smsc.drop();
    };
    const gateway = smsc.gateway();
    expect(await send(gateway)).toBe('unknown');
    await smsc.bound(2);
    smsc.onSubmit = (pdu, session) => smsc.accept(pdu, session);
    expect(await send(gateway)).toBe('accepted');
    expect(smsc.submits).toHaveLength(2);
  });

  it('counts as unknown when the wait ends before the answer', async () => {
    const giveUp = new AbortController();
    smsc.onSubmit = () => {
      giveUp.abort();
    };
    expect(await send(smsc.gateway({ submitTimeoutMs: 500 }), giveUp.signal)).toBe('unknown');
  });

  it('counts as refused when the wait had ended before, and is never submitted', async () => {
    expect(await send(smsc.gateway(), AbortSignal.abort())).toBe('refused');
    expect(smsc.submits).toHaveLength(0);
  });

  it('counts as refused when there is no link and none comes soon', async () => {
    smsc.onBind = silently;
    expect(await send(smsc.gateway({ bindWaitMs: 20, bindTimeoutMs: 50 }))).toBe('refused');
    expect(smsc.submits).toHaveLength(0);
  });

  it('waits for a link that is being made', async () => {
    const gateway = smsc.gateway({ bindWaitMs: 5_000 });
    expect(await send(gateway)).toBe('accepted');
  });

  it('counts as refused once the gateway is closed', async () => {
    const gateway = smsc.gateway();
    await gateway.close();
    expect(await send(gateway)).toBe('refused');
  });

  it('drops the link and binds anew when the SMSC holds it for unbound', async () => {
    smsc.onSubmit = (pdu, session) => {
      smsc.refuse(pdu, session, 0x04);
    };
    expect(await send(smsc.gateway())).toBe('refused');
    await smsc.bound(2);
  });

  describe('the window', () => {
    it('keeps the number of unanswered submits, and refuses at once when its queue is full', async () => {
      const held: (() => void)[] = [];
      smsc.onSubmit = (pdu, session) => {
        held.push(() => smsc.accept(pdu, session));
      };
      const gateway = smsc.gateway({ window: 3, queueLimit: 2 });
      const first = Array.from({ length: 5 }, () => send(gateway));
      expect(await send(gateway)).toBe('refused');
      await smsc.until(() => held.length === 3);
      for (let answered = 0; answered < 5; answered += 1) {
        await smsc.until(() => held.length > answered);
        expect(held.length).toBeLessThanOrEqual(answered + 3);
        held[answered]?.();
      }
      expect(await Promise.all(first)).toEqual(Array(5).fill('accepted'));
    });

    it('lets go of who waits in the queue no longer, and never submits that message', async () => {
      const answers: (() => void)[] = [];
      smsc.onSubmit = (pdu, session) => {
        answers.push(() => smsc.accept(pdu, session));
      };
      const gateway = smsc.gateway({ window: 1 });
      const first = send(gateway);
      await smsc.until(() => answers.length === 1);
      const giveUp = new AbortController();
      const second = send(gateway, giveUp.signal);
      giveUp.abort();
      expect(await second).toBe('refused');
      answers[0]?.();
      expect(await first).toBe('accepted');
      expect(smsc.submits).toHaveLength(1);
    });
  });
});
