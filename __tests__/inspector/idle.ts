import { startInspector } from 'hooklatch/inspector';

// Ends by itself, or the test that runs it does not.
void startInspector({ port: 0 });
