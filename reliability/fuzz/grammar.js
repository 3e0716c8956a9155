'use strict';

exports.fuzz = require('./targets').grammar;
