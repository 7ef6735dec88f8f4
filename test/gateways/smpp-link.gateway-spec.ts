import { Logger } from '@nestjs/common';
import type { Pdu } from '../../libs/sms-gateways/src/smpp/codec/pdu';
import { SmppSmsGateway } from '../../libs/sms-gateways/src/smpp/smpp.sms-gateway';
import { freshMessage, outcomeOf, patience } from './messages';
import { TLS_CERTIFICATE, TLS_KEY } from './smpp-certificate';
import { HalfOpenProxy } from './smpp-half-open-proxy';
import { withinF14 } from './smpp-promise';
import { Smsc } from './smpp-smsc';
import type { SmscSession } from './smpp-smsc-session';

/** The defaults, which the promise is made for. */
const UNHURRIED = { rebindMinMs: 100, rebindMaxMs: 1_500 };

describe(`${SmppSmsGateway.name}, the link`, () => {
  const logged: string[] = [];
  let smsc: Smsc;

  beforeAll(() => {
    const keep = (message: unknown): void => {
      logged.push(String(message));
    };
    Logger.overrideLogger({ log: keep, warn: keep, error: keep });
  });
  beforeEach(async () => {
    smsc = await Smsc.start();
  });
  afterEach(async () => {
    await smsc.close();
    expect(logged.join('\n')).not.toMatch(/geheim|415\d{7}|493817/);
  });

  async function send(gateway: SmppSmsGateway): Promise<string> {
    const message = freshMessage();
    return outcomeOf(gateway.send(message, patience()), message);
  }

  it('binds as transceiver, in version 3.4, under its account', async () => {
    smsc.gateway({ systemType: 'VMA' });
    await smsc.bound();
    expect(smsc.binds[0]).toMatchObject({
      command: 'bind_transceiver',
      interface_version: 0x34,
      system_id: 'tester',
      password: 'geheim',
      system_type: 'VMA',
    });
  });

  it('binds over TLS to an SMSC whose certificate it trusts, and to no other', async () => {
    const secure = await Smsc.start({ key: TLS_KEY, cert: TLS_CERTIFICATE });
    const trusting = secure.gateway({ host: 'localhost', tls: { ca: TLS_CERTIFICATE } });
    expect(await send(trusting)).toBe('accepted');
    expect(await send(secure.gateway({ host: 'localhost', tls: true, bindWaitMs: 200 }))).toBe('refused');
    expect(secure.binds).toHaveLength(1);
    await secure.close();
  });

  it.each<[string, (session: SmscSession) => void]>([
    ['drops the connection', (session) => session.socket.destroy()],
    ['ends the connection', (session) => session.socket.end()],
    ['resets the connection', (session) => session.socket.resetAndDestroy()],
    ['sends what is no PDU', (session) => session.socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['announces a PDU of a gigabyte', (session) => session.socket.write(Buffer.of(0x40, 0, 0, 0))],
    [
      'unbinds',
      (session) => {
        session.request('unbind');
      },
    ],
  ])('binds anew when the SMSC %s', async (_, end) => {
    const gateway = smsc.gateway();
    expect(await send(gateway)).toBe('accepted');
    end(smsc.link);
    await smsc.bound(2);
    expect(await send(gateway)).toBe('accepted');
  });

  it('answers an unbind before it ends the connection', async () => {
    const gateway = smsc.gateway();
    expect(await send(gateway)).toBe('accepted');
    smsc.request('unbind');
    await smsc.until(() => smsc.others.some(({ command }) => command === 'unbind_resp'));
    await smsc.bound(2);
  });

  it.each<[string, (pdu: Pdu, session: SmscSession) => void]>([
    [
      'refuses',
      (pdu, session) => {
        session.respond(pdu, { command_status: 0x0d });
      },
    ],
    ['does not answer', () => undefined],
    [
      'drops the connection upon',
      (_, session) => {
        session.destroy();
      },
    ],
    [
      'answers with a generic_nack',
      ({ sequence_number }, session) => {
        session.request('generic_nack', { sequence_number, command_status: 0x03 });
      },
    ],
  ])('tries again when the SMSC %s the bind', async (_, behaviour) => {
    const welcome = smsc.onBind;
    smsc.onBind = (pdu, session) => {
      if (smsc.binds.length < 3) behaviour(pdu, session);
      else welcome(pdu, session);
    };
    const gateway = smsc.gateway({ bindTimeoutMs: 100, bindWaitMs: 5_000 });
    expect(await send(gateway)).toBe('accepted');
    expect(smsc.binds).toHaveLength(3);
  });

  it('asks a silent SMSC for a sign of life, and stays bound as long as one comes', async () => {
    smsc.gateway({ enquireLinkMs: 10, enquireTimeoutMs: 5_000 });
    await smsc.until(() => smsc.others.filter(({ command }) => command === 'enquire_link').length >= 5);
    expect(smsc.binds).toHaveLength(1);
  });

  it('answers what the SMSC asks, and what no one understands', async () => {
    const gateway = smsc.gateway();
    expect(await send(gateway)).toBe('accepted');
    smsc.request('enquire_link', { sequence_number: 41 });
    // A cancel_sm, which is SMPP but nothing to ask of us, and a command that does not exist.
    smsc.link.socket.write(Buffer.from('0000001000000008000000000000002a', 'hex'));
    smsc.link.socket.write(Buffer.from('0000001000000777000000000000002b', 'hex'));
    await smsc.until(() => smsc.others.length >= 3);
    expect(
      smsc.others.map(({ command, command_status, sequence_number }) => [
        command,
        command_status,
        sequence_number,
      ]),
    ).toEqual([
      ['enquire_link_resp', 0, 41],
      ['generic_nack', 0x03, 42],
      ['generic_nack', 0x03, 43],
    ]);
    expect(await send(gateway)).toBe('accepted');
  });

  it('finds a half-open link by itself, and is bound again within 5 s of the way being free (F14)', async () => {
    const proxy = await HalfOpenProxy.to(smsc.port);
    const gateway = smsc.gateway({ ...UNHURRIED, port: proxy.port });
    expect(await send(gateway)).toBe('accepted');
    proxy.goDark();
    expect(await send(gateway)).toBe('unknown');
    expect(await send(gateway)).toBe('refused');
    expect(smsc.submits).toHaveLength(1);
    proxy.comeBack();
    await withinF14(smsc.bound(2));
    expect(await send(gateway)).toBe('accepted');
    await proxy.close();
  }, 30_000);

  it('is bound anew within 5 s when only the link that it has is dead (F14)', async () => {
    const proxy = await HalfOpenProxy.to(smsc.port);
    const gateway = smsc.gateway({ ...UNHURRIED, port: proxy.port });
    expect(await send(gateway)).toBe('accepted');
    proxy.goDark();
    proxy.comeBack();
    await withinF14(smsc.bound(2));
    expect(await send(gateway)).toBe('accepted');
    await proxy.close();
  }, 30_000);
});
