'use strict';

// PostgreSQL, compiled to WebAssembly, in a process of its own: it imports its parts as Jest does not allow.
const { PGlite } = require('@electric-sql/pglite');

const database = PGlite.create();

process.on('message', async ({ id, text, values }) => {
  try {
    const { rows } = await (await database).query(text, values);
    process.send({ id, rows });
  } catch (error) {
    process.send({ id, error: error.message });
  }
});
