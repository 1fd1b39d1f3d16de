// Stands in for a native module that is never used.
module.exports = {};
