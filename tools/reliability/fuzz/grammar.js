'use strict';

exports.fuzz = require('./targets.js').grammar;
