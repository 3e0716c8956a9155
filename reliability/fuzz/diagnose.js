'use strict';

exports.fuzz = require('./targets').diagnose;
