'use strict';

// All that Jest runs against a mutant; tools/reliability/mutate.mjs names the test files.
for (const file of process.env.MUTATION_TESTS.split(',')) require(`../../__tests__/${file}`);
