// NestJS on Express: the guard by consumer.apply(), with and without rawBody: true.
import { conclude, deliver, expect, load, SECRET } from './deliver.mjs';
import 'reflect-metadata';
import { Controller, Module, Post, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

const { getWebhook, github, webhookGuard } = load('hooklatch');
const warnings = [];
process.on('warning', ({ message }) => warnings.push(message));
const got = [];

class HookController {
  take(req) {
    got.push(getWebhook(req).payload.ref);
    return { ok: true };
  }
}
Post()(HookController.prototype, 'take', Object.getOwnPropertyDescriptor(HookController.prototype, 'take'));
Req()(HookController.prototype, 'take', 0);
Controller('hook')(HookController);

class AppModule {
  configure(consumer) {
    consumer.apply(webhookGuard({ provider: github, secret: SECRET, duplicates: false })).forRoutes('hook');
  }
}
Module({ controllers: [HookController] })(AppModule);

for (const rawBody of [true, false]) {
  const nest = await NestFactory.create(AppModule, { rawBody, logger: false });
  await nest.listen(0, '127.0.0.1');
  const { port } = nest.getHttpServer().address();
  const statuses = [
    (await deliver(port, '/hook')).status,
    (await deliver(port, '/hook', { tamper: true })).status,
  ];
  expect(`rawBody: ${rawBody}`, statuses, rawBody ? [201, 401] : [500, 500]);
  await nest.close();
}
expect('handled', got, ['Zoë']);
expect(
  'the parser is named',
  warnings.some((text) => text.includes('by express.json()')),
  true,
);
conclude();
