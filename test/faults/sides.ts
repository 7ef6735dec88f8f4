import { History, type Findings } from './history';
import { People } from './people';
import { KINDS, openStorage, prefixes, type Kind, type OpenStorage } from './storage';

/** People in front of a storage of one kind. */
export interface Side {
  readonly kind: Kind;
  readonly people: People;
  /** The storage on the server of this port, under this side's prefix. */
  readonly at: (port: number) => Promise<OpenStorage>;
}

/** With the fence and without it, on the same servers, so that the same fault strikes both. */
export class Sides {
  private readonly prefix = prefixes();
  private readonly histories: Record<Kind, History> = { fence: new History(), none: new History() };
  private readonly people: Record<Kind, People> = {
    fence: new People(this.histories.fence),
    none: new People(this.histories.none),
  };

  /** Does the same for either kind. */
  async each(body: (side: Side) => Promise<void>): Promise<void> {
    for (const kind of KINDS) {
      const at = (port: number): Promise<OpenStorage> => openStorage(port, this.prefix[kind], kind);
      await body({ kind, people: this.people[kind], at });
    }
  }

  /** As `each`, with the storage on one server, closed afterwards. */
  on(
    port: number,
    body: (people: People, storage: OpenStorage['storage']) => Promise<unknown>,
  ): Promise<void> {
    return this.each(async ({ people, at }) => {
      const open = await at(port);
      await body(people, open.storage);
      open.close();
    });
  }

  get findings(): Record<Kind, Findings> {
    return { fence: this.histories.fence.findings, none: this.histories.none.findings };
  }

  /** `fence: 0 of 120 accepted twice; none: 60 of 180 accepted twice` */
  get figures(): string {
    const { findings } = this;
    return KINDS.map((kind) => {
      const { verified, acceptedTwice } = findings[kind];
      return `${kind}: ${String(acceptedTwice.length)} of ${String(verified)} accepted twice`;
    }).join('; ');
  }
}
