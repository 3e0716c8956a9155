import type { Samples } from './sample';

const SENDGRID = { email: 'ada@example.com', timestamp: '{{seconds}}', 'smtp-id': '<{{id}}@example.com>' };

/** Senders of messages, calls, meetings and forms. */
export const MESSAGES: Readonly<Record<string, Samples>> = {
  slack: {
    app_mention: {
      token: 'unused',
      team_id: 'T061EG9R6',
      api_app_id: 'A0MDYCDME',
      event: {
        type: 'app_mention',
        user: 'U061F7AUR',
        text: '<@U0LAN0Z89> is it everything a river should be?',
        ts: '1515449522.000016',
        channel: 'C123ABC456',
      },
      type: 'event_callback',
      event_id: 'Ev{{id}}',
      event_time: '{{seconds}}',
    },
    message: {
      token: 'unused',
      team_id: 'T061EG9R6',
      api_app_id: 'A0MDYCDME',
      event: {
        type: 'message',
        channel: 'C123ABC456',
        user: 'U061F7AUR',
        text: 'Live long',
        ts: '1515449522.000016',
      },
      type: 'event_callback',
      event_id: 'Ev{{id}}',
      event_time: '{{seconds}}',
    },
  },
  twilio: {
    '*': {
      MessageSid: 'SM{{id}}',
      AccountSid: 'AC{{id}}',
      From: '+15005550006',
      To: '+15005550009',
      Body: 'Olá ☕',
      NumMedia: '0',
      NumSegments: '1',
      SmsStatus: 'received',
      ApiVersion: '2010-04-01',
    },
  },
  discord: {
    APPLICATION_AUTHORIZED: {
      version: 1,
      application_id: '1234560123453231555',
      type: 1,
      event: {
        type: 'APPLICATION_AUTHORIZED',
        timestamp: '{{iso}}',
        data: {
          integration_type: 1,
          scopes: ['applications.commands'],
          user: { id: '80351110224678912', username: 'ada' },
        },
      },
    },
  },
  intercom: {
    'conversation.user.created': {
      type: 'notification_event',
      app_id: 'abcd1234',
      id: 'notif_{{id}}',
      topic: 'conversation.user.created',
      created_at: '{{seconds}}',
      data: { type: 'notification_event_data', item: { type: 'conversation', id: '{{id}}', state: 'open' } },
    },
  },
  'hubspot-v3': {
    'contact.creation': [
      {
        eventId: 100,
        subscriptionId: 1184587,
        portalId: 62515,
        appId: 54892,
        occurredAt: '{{ms}}',
        subscriptionType: 'contact.creation',
        attemptNumber: 0,
        objectId: 123,
        changeSource: 'CRM',
      },
    ],
    'contact.propertyChange': [
      {
        eventId: 101,
        subscriptionId: 1184588,
        portalId: 62515,
        appId: 54892,
        occurredAt: '{{ms}}',
        subscriptionType: 'contact.propertyChange',
        attemptNumber: 0,
        objectId: 123,
        propertyName: 'firstname',
        propertyValue: 'Ada',
      },
    ],
  },
  mailgun: {
    delivered: {
      'event-data': {
        id: '{{id}}',
        event: 'delivered',
        timestamp: '{{seconds}}',
        recipient: 'ada@example.com',
        message: { headers: { subject: 'Olá', 'message-id': '{{id}}@example.com' } },
      },
    },
    failed: {
      'event-data': {
        id: '{{id}}',
        event: 'failed',
        severity: 'permanent',
        reason: 'bounce',
        timestamp: '{{seconds}}',
        recipient: 'ada@example.com',
      },
    },
  },
  sendgrid: {
    delivered: [
      {
        ...SENDGRID,
        event: 'delivered',
        sg_event_id: '{{id}}',
        sg_message_id: '{{id}}.filter',
        response: '250 OK',
      },
    ],
    bounce: [
      {
        ...SENDGRID,
        event: 'bounce',
        sg_event_id: '{{id}}',
        reason: '500 unknown recipient',
        status: '5.0.0',
      },
    ],
  },
  resend: {
    'email.delivered': {
      type: 'email.delivered',
      created_at: '{{iso}}',
      data: { email_id: '{{uuid}}', from: 'us@example.com', to: ['ada@example.com'], subject: 'Olá' },
    },
  },
  zoom: {
    'meeting.started': {
      event: 'meeting.started',
      event_ts: '{{ms}}',
      payload: {
        account_id: 'AAAAAABBBB',
        object: {
          id: '1234567890',
          uuid: '{{id}}==',
          topic: 'On engines',
          type: 2,
          start_time: '{{iso}}',
          duration: 60,
        },
      },
    },
  },
  docusign: {
    'envelope-completed': {
      event: 'envelope-completed',
      apiVersion: 'v2.1',
      retryCount: 0,
      configurationId: 10418598,
      generatedDateTime: '{{iso}}',
      data: { accountId: '{{uuid}}', userId: '{{uuid}}', envelopeId: '{{uuid}}' },
    },
  },
  calendly: {
    'invitee.created': {
      event: 'invitee.created',
      created_at: '{{iso}}',
      created_by: 'https://api.calendly.com/users/{{id}}',
      payload: {
        email: 'ada@example.com',
        name: 'Ada',
        status: 'active',
        timezone: 'Europe/London',
        rescheduled: false,
      },
    },
  },
  typeform: {
    form_response: {
      event_id: '{{id}}',
      event_type: 'form_response',
      form_response: {
        form_id: 'lT4Z3j',
        token: '{{id}}',
        submitted_at: '{{iso}}',
        answers: [{ type: 'text', text: 'Olá', field: { id: 'DlXFaesGBpoF', type: 'short_text' } }],
      },
    },
  },
  telegram: {
    message: {
      update_id: '{{seconds}}',
      message: {
        message_id: 1365,
        from: { id: 1111, is_bot: false, first_name: 'Ada' },
        chat: { id: 1111, type: 'private', first_name: 'Ada' },
        date: '{{seconds}}',
        text: '/start',
      },
    },
  },
};
