export { startInspector, type Inspector, type InspectorOptions } from './start-inspector';
export type { InspectorEndpoint } from './endpoints';
