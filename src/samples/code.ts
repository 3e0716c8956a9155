import type { Samples } from './sample';

const REPOSITORY = {
  id: 186853002,
  name: 'engine',
  full_name: 'ada/engine',
  private: false,
  html_url: 'https://github.com/ada/engine',
  default_branch: 'main',
};
const SENDER = { login: 'ada', id: 21031067, type: 'User' };
const PROJECT = { id: 1, name: 'engine', path_with_namespace: 'ada/engine', default_branch: 'main' };
const GITLAB_USER = { id: 1, name: 'Ada', username: 'ada' };
const LINEAR = {
  createdAt: '{{iso}}',
  organizationId: '{{uuid}}',
  webhookId: '{{uuid}}',
  webhookTimestamp: '{{ms}}',
  url: 'https://linear.app/example/issue/ENG-12',
};

/** Senders that developers have: repositories, issues, errors, deployments. */
export const CODE: Readonly<Record<string, Samples>> = {
  github: {
    push: {
      ref: 'refs/heads/main',
      before: '6113728f27ae82c7b1a177c8d03f9e96e0adf246',
      after: '0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c',
      repository: REPOSITORY,
      pusher: { name: 'ada', email: 'ada@example.com' },
      sender: SENDER,
      created: false,
      deleted: false,
      forced: false,
      commits: [
        {
          id: '0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c',
          message: 'Add a store for numbers',
          timestamp: '{{iso}}',
          author: { name: 'Ada', email: 'ada@example.com' },
          added: ['store.md'],
          removed: [],
          modified: [],
        },
      ],
    },
    pull_request: {
      action: 'opened',
      number: 2,
      pull_request: {
        id: 279147437,
        number: 2,
        state: 'open',
        title: 'Add a store for numbers',
        user: SENDER,
        head: { ref: 'store', sha: '0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c' },
        base: { ref: 'main', sha: '6113728f27ae82c7b1a177c8d03f9e96e0adf246' },
        draft: false,
        merged: false,
      },
      repository: REPOSITORY,
      sender: SENDER,
    },
    issues: {
      action: 'opened',
      issue: { id: 444500041, number: 12, title: 'A cog is stuck', state: 'open', user: SENDER, labels: [] },
      repository: REPOSITORY,
      sender: SENDER,
    },
    ping: {
      zen: 'Keep it logically awesome.',
      hook_id: 109948940,
      hook: { type: 'Repository', id: 109948940, active: true, events: ['push'] },
      repository: REPOSITORY,
      sender: SENDER,
    },
  },
  gitlab: {
    push: {
      object_kind: 'push',
      event_name: 'push',
      before: '95790bf891e76fee5e1747ab589903a6a1f80f22',
      after: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7',
      ref: 'refs/heads/main',
      user_username: 'ada',
      project_id: 1,
      project: PROJECT,
      commits: [
        { id: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7', message: 'Add a store', timestamp: '{{iso}}' },
      ],
      total_commits_count: 1,
    },
    merge_request: {
      object_kind: 'merge_request',
      event_type: 'merge_request',
      user: GITLAB_USER,
      project: PROJECT,
      object_attributes: { id: 99, iid: 1, title: 'Add a store', state: 'opened', action: 'open' },
    },
  },
  linear: {
    'Issue.create': {
      ...LINEAR,
      action: 'create',
      type: 'Issue',
      data: { id: '{{uuid}}', number: 12, title: 'A cog is stuck', priority: 2, createdAt: '{{iso}}' },
    },
    'Comment.create': {
      ...LINEAR,
      action: 'create',
      type: 'Comment',
      data: { id: '{{uuid}}', body: 'It turns again.', createdAt: '{{iso}}' },
    },
  },
  sentry: {
    issue: {
      action: 'created',
      installation: { uuid: '{{uuid}}' },
      data: {
        issue: {
          id: '1170820242',
          shortId: 'ENGINE-1',
          title: 'TypeError: no cog',
          level: 'error',
          status: 'unresolved',
        },
      },
      actor: { type: 'application', id: 'sentry', name: 'Sentry' },
    },
    installation: {
      action: 'created',
      installation: { uuid: '{{uuid}}' },
      data: {
        installation: { status: 'installed', organization: { slug: 'example' }, app: { slug: 'engine' } },
      },
      actor: { type: 'user', id: 1, name: 'Ada' },
    },
  },
  vercel: {
    'deployment.succeeded': {
      id: '{{id}}',
      type: 'deployment.succeeded',
      createdAt: '{{ms}}',
      payload: {
        deployment: { id: 'dpl_{{id}}', name: 'engine', url: 'engine.example.com' },
        target: 'production',
      },
    },
  },
  clerk: {
    'user.created': {
      object: 'event',
      type: 'user.created',
      timestamp: '{{ms}}',
      data: {
        id: 'user_{{id}}',
        object: 'user',
        first_name: 'Ada',
        email_addresses: [{ id: 'idn_{{id}}', email_address: 'ada@example.com' }],
        created_at: '{{ms}}',
      },
    },
  },
  svix: {
    'invoice.paid': { type: 'invoice.paid', timestamp: '{{iso}}', data: { id: '{{id}}', amount: 4900 } },
  },
  'standard-webhooks': {
    'user.created': { type: 'user.created', timestamp: '{{iso}}', data: { id: '{{id}}', name: 'Ada' } },
  },
};
