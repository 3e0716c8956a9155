'use strict';

exports.fuzz = require('./targets.js').diagnose;
