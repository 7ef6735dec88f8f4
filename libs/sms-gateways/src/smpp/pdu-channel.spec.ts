import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Pdu } from './codec/pdu';
import { writePdu } from './codec/write-pdu';
import { PduChannel } from './pdu-channel';
import { RequestNotSentError } from './request-errors';

const ENQUIRY = writePdu({ command: 'enquire_link', sequence_number: 1 });

describe(PduChannel.name, () => {
  let server: Server;
  let near: Socket;
  let far: Socket;
  let channel: PduChannel;
  let requested: (pdu: Pdu) => void;

  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    near = connect((server.address() as AddressInfo).port, '127.0.0.1');
    [far] = (await once(server, 'connection')) as [Socket];
    requested = (pdu) => {
      channel.respond(pdu);
    };
    channel = new PduChannel(near, {
      heard: () => undefined,
      requested: (pdu) => {
        requested(pdu);
      },
    });
  });
  afterEach(async () => {
    near.destroy();
    far.destroy();
    server.close();
    await once(server, 'close');
  });

  it('does not send what no PDU can carry, and says which field it is and not what was in it', async () => {
    const sending = channel.request('submit_sm', { destination_addr: '4'.repeat(30) }, 1_000);
    await expect(sending).rejects.toThrow(/^the field destination_addr cannot carry its value$/);
    await expect(sending).rejects.toBeInstanceOf(RequestNotSentError);
  });

  it('answers ten thousand requests at once, and ends a link whose peer leaves more answers unread', async () => {
    // At once: before any of the answers can have left.
    near.emit('data', Buffer.concat(Array<Buffer>(10_000).fill(ENQUIRY)));
    expect(near.destroyed).toBe(false);
    near.emit('data', ENQUIRY);
    expect(await channel.closed).toBe('the SMSC does not read our answers');
  });

  it('forgets the answers that have left', async () => {
    far.resume();
    for (let round = 0; round < 3; round += 1) {
      near.emit('data', Buffer.concat(Array<Buffer>(9_000).fill(ENQUIRY)));
      await new Promise((resolve) => near.write('', resolve));
    }
    expect(near.destroyed).toBe(false);
  });

  it('lets whoever waits for a response go on before it heeds what came behind it', async () => {
    const order: string[] = [];
    const answer = writePdu({ command: 'submit_sm_resp', sequence_number: 1 });
    const delivery = writePdu({ command: 'deliver_sm', sequence_number: 1 });
    far.once('data', () => far.write(Buffer.concat([answer, delivery, answer, delivery])));
    const delivered = new Promise<void>((resolve) => {
      requested = () => {
        if (order.push('delivery') === 3) resolve();
      };
    });
    const { command } = await channel.request('submit_sm', {}, 1_000);
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    order.push(command);
    await delivered;
    expect(order).toEqual(['submit_sm_resp', 'delivery', 'delivery']);
  });

  it('ends a link that it has left to a peer who does not read', async () => {
    // More than the system takes for the peer, which never looks.
    near.write(Buffer.alloc(64 * 1024 * 1024));
    channel.end('over', 50);
    expect(await channel.closed).toBe('over');
  });

  it('heeds nothing of what came behind the PDU upon which the link was dropped', async () => {
    requested = jest.fn(() => {
      channel.destroy('enough');
    });
    far.write(Buffer.concat([ENQUIRY, ENQUIRY]));
    expect(await channel.closed).toBe('enough');
    expect(requested).toHaveBeenCalledTimes(1);
  });
});
