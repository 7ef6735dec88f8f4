import { ApiExcludeController } from '@nestjs/swagger';
import { AccountController } from '../src/account/account.controller';
import { InboxController } from '../src/dev/inbox.controller';
import { PageController } from '../src/dev/page.controller';
import { ProtectedController } from '../src/dev/protected.controller';
import { describeRoutes } from './describe-routes';

const tag = 'Development';
const PHONE = [
  { name: 'phone', description: 'Only messages to this phone.' },
  { name: 'region', description: 'Its country, where the phone is in its national form.' },
];

export function describeDevelopment(): void {
  // An example of what others build on this API is no part of it.
  ApiExcludeController()(AccountController);
  const page = {
    tag,
    answer: { status: 200, description: 'The page.', mediaType: 'text/html' },
    refusals: [],
  } as const;
  describeRoutes(PageController, {
    page: { ...page, summary: 'A page to try it' },
    inbox: { ...page, summary: 'The inbox to watch' },
    file: {
      ...page,
      summary: 'A file of those pages',
      path: { name: 'name', description: 'Its name.', example: 'main.js' },
      answer: { status: 200, description: 'The file.', mediaType: '*/*' },
      refusals: ['not_found'],
    },
  });
  const behaviour = { schema: 'InboxBehaviour', example: { behaviour: 'deliver' } } as const;
  describeRoutes(InboxController, {
    messages: {
      tag,
      summary: 'What the inbox holds, newest first',
      query: PHONE,
      answer: {
        status: 200,
        description: 'The messages.',
        schema: 'InboxMessages',
        example: [
          {
            id: '5c0f2b4e-0d3c-4b7e-9a53-0f6f7a9f6b11',
            phone: '+14155550100',
            purpose: 'login',
            text: '493027 is your code to sign in to Verify. It expires in 5 minutes. Do not share it with anyone.',
            code: '493027',
            sentAt: '2026-01-31T12:00:00.000Z',
          },
        ],
      },
      refusals: [],
    },
    events: {
      tag,
      summary: 'The inbox as server-sent events',
      description: '`messages` with all there are, then a `message` for each new one.',
      query: PHONE,
      answer: { status: 200, description: 'A stream without end.', mediaType: 'text/event-stream' },
      refusals: [],
    },
    behaviour: {
      tag,
      summary: 'What the inbox does with messages',
      answer: { status: 200, description: 'Its behaviour.', ...behaviour },
      refusals: [],
    },
    behave: {
      tag,
      summary: 'Tell the inbox what to do with messages',
      body: { name: 'BehaviourRequest', example: { behaviour: 'deliver' } },
      answer: { status: 200, description: 'Its behaviour from now on.', ...behaviour },
      refusals: [],
    },
  });
  describeRoutes(ProtectedController, {
    enter: {
      tag,
      summary: 'A route that a proof protects',
      headers: [{ name: 'Verification-Proof', description: 'The token of a proof for `login`.' }],
      answer: {
        status: 200,
        description: 'The proof was good, and is spent.',
        schema: 'ProtectedAnswer',
        example: { phone: '+1••••••0100' },
      },
      refusals: ['proof_invalid', 'body_too_large', 'storage_unavailable'],
    },
  });
}
