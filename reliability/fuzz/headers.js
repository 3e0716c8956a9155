'use strict';

exports.fuzz = require('./targets').headers;
