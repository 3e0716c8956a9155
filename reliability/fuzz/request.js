'use strict';

exports.fuzz = require('./targets').request;
