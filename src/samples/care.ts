import type { Samples } from './sample';

const COMMENT = {
  id: '{{id}}',
  urlId: '/1053',
  url: 'https://example.com/1053',
  userId: 'u-1',
  commenterName: 'Ada',
  comment: 'Today’s lucky ten thousand ☕',
  date: '{{iso}}',
  votes: 7,
  approved: true,
};

/** Comments, and the records of patients. */
export const CARE: Readonly<Record<string, Samples>> = {
  fastcomments: { create: COMMENT, update: { ...COMMENT, votes: 8 }, delete: COMMENT },
  medplum: {
    '*': {
      resourceType: 'Patient',
      id: '{{uuid}}',
      meta: { versionId: '{{uuid}}', lastUpdated: '{{iso}}' },
      active: true,
      name: [{ given: ['Ada'], family: 'Example' }],
    },
  },
  'medplum-subscription': {
    '*': { resourceType: 'Observation', id: '{{uuid}}', status: 'final', effectiveDateTime: '{{iso}}' },
  },
  telehealth: {
    'consultation.created': {
      event: 'consultation.created',
      timestamp: '{{iso}}',
      data: { id: '{{id}}', status: 'scheduled', scheduledAt: '{{iso}}' },
    },
    'consultation.ended': {
      event: 'consultation.ended',
      timestamp: '{{iso}}',
      data: { id: '{{id}}', status: 'ended', endedAt: '{{iso}}' },
    },
  },
};
