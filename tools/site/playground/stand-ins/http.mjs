// `node:http` for a page: the texts of statuses, which no page shows.
export const STATUS_CODES = {};
