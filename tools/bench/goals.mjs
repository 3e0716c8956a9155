import { show } from './stats.mjs';

const sizes = (...values) =>
  Object.fromEntries(['1 KiB', '10 KiB', '100 KiB'].map((size, index) => [size, values[index]]));

const LAZY = sizes(1.05, 1.35, 1.4);
const REFUSED = sizes(1.15, 1.3, 1.6);
const MISSING = sizes(undefined, 1.3, 1.9);

/** `least` or `most` says which side of the goal is good; `goals` are by size, the second list for Node 24. */
const BY_SIZE = [
  {
    what: 'verification alone',
    side: 'most',
    goals: [{ '200 B': 0.6, '1 KiB': 0.6, '10 KiB': 0.9, '100 KiB': 1.03, '1 MiB': 1.03 }],
    read: ({ core }, size) => core?.[size]?.['hooklatch (stripe scheme)'],
  },
  {
    what: 'router, parsed',
    side: 'least',
    goals: [sizes(0.95, 0.92, 0.85), sizes(0.95, 0.9, 0.72)],
    read: ({ http }, size) => http?.accepted[size]?.['hooklatch router'],
  },
  {
    what: 'router, lazy and unread',
    side: 'least',
    goals: [LAZY],
    read: ({ http }, size) => http?.accepted[size]?.['hooklatch router, lazy'],
  },
  {
    what: 'a wrong signature refused',
    side: 'least',
    goals: [REFUSED],
    read: ({ http }, size) => http?.refused[size]?.['hooklatch router'],
  },
  {
    what: 'a missing signature refused',
    side: 'least',
    goals: [MISSING],
    read: ({ http }, size) => http?.missing[size]?.['hooklatch router'],
  },
  {
    what: 'p99, router',
    side: 'most',
    goals: [sizes(1.2, 1.2, 1.2)],
    read({ http }, size) {
      const p99 = http?.accepted[size]?.['hooklatch router'].p99;
      return p99 === undefined ? undefined : { median: p99 };
    },
  },
];

const GROWTH = [
  ['memory of 100 bodies of 1 MiB, parsed', 1, ({ memory }) => memory['hooklatch router'].ratio],
  ['memory of 100 bodies of 1 MiB, lazy', 0.75, ({ memory }) => memory['hooklatch router, lazy'].ratio],
  ['a duplicate record of a million, µs', 1.3, ({ records }) => records[1_000_000]?.microseconds],
  ['a duplicate record of a million, bytes', 130, ({ records }) => records[1_000_000]?.bytes],
  ['loading beside Express, ms', 10, ({ loadMilliseconds }) => loadMilliseconds],
];

const cell = (measured, goal, side) => {
  if (measured === undefined || goal === undefined) return '–';
  const isMet = side === 'least' ? measured.median >= goal : measured.median <= goal;
  const text = measured.low === undefined ? measured.median.toFixed(2) : show(measured);
  return `${text} ${isMet ? 'met' : '**missed**'}`;
};

/** The goals and what was measured, as rows; `results` by the version of Node. */
export function goalsTable(results) {
  const versions = Object.keys(results);
  const rows = BY_SIZE.flatMap(({ what, side, goals, read }) =>
    Object.keys(goals[0])
      .filter((size) => goals[0][size] !== undefined)
      .map((size) => {
        const goalOf = (version) => (version === '24' ? (goals[1] ?? goals[0]) : goals[0])[size];
        const wanted = [...new Set(versions.map(goalOf))].join(' and ');
        return [
          `${what}, ${size}`,
          `${side === 'least' ? '≥' : '≤'} ${wanted}`,
          ...versions.map((version) => cell(read(results[version], size), goalOf(version), side)),
        ];
      }),
  );
  const grown = GROWTH.map(([what, goal, read]) => [
    what,
    `≤ ${goal}`,
    ...versions.map((version) => {
      const { growth } = results[version];
      const value = growth && read(growth);
      return cell(value === undefined ? undefined : { median: value }, goal, 'most');
    }),
  ]);
  return [['', 'goal', ...versions.map((version) => `Node ${version}`)], ...rows, ...grown];
}
