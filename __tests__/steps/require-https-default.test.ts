import express from 'express';
import request from 'supertest';
import { requireHttps } from 'hooklatch';

describe('requireHttps()', () => {
  it('without options lets plain HTTP pass on the same machine, and refuses it behind a forgotten proxy', async () => {
    const app = express();
    app.use(requireHttps(), (_req, res) => void res.send('in'));
    expect((await request(app).get('/')).text).toBe('in');
    expect((await request(app).get('/').set('X-Forwarded-Proto', 'https')).status).toBe(503);
  });
});
