export { RemoveExpiredRecords } from './application/remove-expired-records.js';
