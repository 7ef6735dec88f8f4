import { Logger } from '@nestjs/common';
import { SmppSmsGateway } from '../../libs/sms-gateways/src/smpp/smpp.sms-gateway';
import { freshMessage, outcomeOf, patience } from './messages';
import { Smsc } from './smpp-smsc';

describe(`${SmppSmsGateway.name}, when it closes`, () => {
  let smsc: Smsc;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(async () => {
    smsc = await Smsc.start();
  });
  afterEach(() => smsc.close());

  async function send(gateway: SmppSmsGateway): Promise<string> {
    const message = freshMessage();
    return outcomeOf(gateway.send(message, patience()), message);
  }

  it('lets the SMSC answer what was submitted, then unbinds and rests', async () => {
    const answers: (() => void)[] = [];
    smsc.onSubmit = (pdu, session) => {
      answers.push(() => smsc.accept(pdu, session));
    };
    const gateway = smsc.gateway();
    const sending = send(gateway);
    await smsc.until(() => answers.length === 1);
    const closed = gateway.close();
    answers[0]?.();
    expect(await sending).toBe('accepted');
    await closed;
    expect(smsc.others.map(({ command }) => command)).toEqual(['unbind']);
    await smsc.until(() => smsc.sessions.size === 0);
    expect(smsc.binds).toHaveLength(1);
  });

  it('ends at once when there is no link, and when it is asked twice', async () => {
    smsc.onBind = () => undefined;
    const gateway = smsc.gateway();
    await smsc.bound();
    await Promise.all([gateway.close(), gateway.close()]);
    await gateway.close();
    await smsc.until(() => smsc.sessions.size === 0);
  });

  it('does not wait for ever for an SMSC that does not answer the unbind', async () => {
    smsc.onOther = () => undefined;
    const gateway = smsc.gateway({ bindTimeoutMs: 100 });
    expect(await send(gateway)).toBe('accepted');
    await gateway.close();
    await smsc.until(() => smsc.sessions.size === 0);
  });
});
