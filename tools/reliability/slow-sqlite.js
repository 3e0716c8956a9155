'use strict';

// A driver whose commits take 20 ms longer, as on a slow disk.
const SLOW_MS = 20;
const { DatabaseSync } = process.getBuiltinModule('node:sqlite') ?? require('@photostructure/sqlite');
const cell = new Int32Array(new SharedArrayBuffer(4));

exports.DatabaseSync = class extends DatabaseSync {
  exec(sql) {
    if (sql === 'COMMIT') Atomics.wait(cell, 0, 0, SLOW_MS);
    return super.exec(sql);
  }
};
