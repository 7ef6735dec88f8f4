import { DocsController } from '../src/docs/docs.controller';
import { WebhooksController } from '../src/gateways/webhooks.controller';
import { HealthController } from '../src/health/health.controller';
import { ProblemsController } from '../src/http/problems.controller';
import { MetricsController } from '../src/metrics/metrics.controller';
import { describeRoutes } from './describe-routes';

export function describeOperation(): void {
  describeRoutes(WebhooksController, {
    receive: {
      tag: 'Delivery reports',
      summary: 'Take the delivery report of a provider',
      description: 'The body, and with GET the query, are as the gateway signs them.',
      path: { name: 'gateway', description: 'The name of a gateway that is used, such as `twilio`.' },
      answer: { status: 204, description: 'The report is noted.' },
      refusals: ['webhook_forged', 'not_found', 'body_too_large', 'storage_unavailable'],
    },
  });
  describeRoutes(HealthController, {
    live: {
      tag: 'Operation',
      summary: 'Whether the process answers',
      answer: {
        status: 200,
        description: 'It does.',
        schema: 'Health',
        example: { status: 'ok', info: {}, error: {}, details: {} },
      },
      refusals: [],
    },
    ready: {
      tag: 'Operation',
      summary: 'Whether verifications can be served',
      answer: {
        status: 200,
        description: 'They can.',
        schema: 'Health',
        example: {
          status: 'ok',
          info: { process: { status: 'up' }, storage: { status: 'up' }, gateways: { status: 'up' } },
          error: {},
          details: { process: { status: 'up' }, storage: { status: 'up' }, gateways: { status: 'up' } },
        },
      },
      refusals: ['not_ready'],
    },
  });
  describeRoutes(MetricsController, {
    read: {
      tag: 'Operation',
      summary: 'What Prometheus reads',
      description: 'Where the settings have a token, for who presents it; for anybody else nothing is there.',
      bearer: 'metricsToken',
      answer: { status: 200, description: 'Every metric.', mediaType: 'text/plain' },
      refusals: ['not_found'],
    },
  });
  describeRoutes(ProblemsController, {
    read: {
      tag: 'Operation',
      summary: 'What a problem’s `type` means, and what to do',
      path: { name: 'code', description: 'The code of a problem document.', example: 'cooldown' },
      answer: {
        status: 200,
        description: 'The problem explained.',
        schema: 'ProblemExplanation',
        example: {
          code: 'cooldown',
          status: 429,
          title: 'A code was just sent',
          remedy: 'Wait for the message; after "retryAfter" seconds a new code can be sent.',
        },
      },
      refusals: ['not_found'],
    },
  });
  const page = {
    tag: 'Operation',
    answer: { status: 200, description: 'The page.', mediaType: 'text/html' },
  } as const;
  describeRoutes(DocsController, {
    page: { ...page, summary: 'This description, for people', refusals: ['not_found'] },
    file: {
      ...page,
      summary: 'A file of that page',
      path: { name: 'name', description: 'Its name.', example: 'docs.js' },
      answer: { status: 200, description: 'The file.', mediaType: 'text/*' },
      refusals: ['not_found'],
    },
    document: {
      tag: 'Operation',
      summary: 'This description, for programs',
      answer: { status: 200, description: 'An OpenAPI document.', schema: 'OpenApiDocument' },
      refusals: ['not_found'],
    },
  });
}
