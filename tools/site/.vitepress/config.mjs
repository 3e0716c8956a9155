import { createHash } from 'node:crypto';
import { defineConfig } from 'vitepress';
import { PROJECT } from '../../scripts/project.mjs';
import { makeSidebar } from './sidebar.mjs';

export default defineConfig({
  title: 'hooklatch',
  description: 'Receives webhooks in Express: raw body, signature, timestamp, guards, and routing by event.',
  lang: 'en',
  base: process.env.SITE_BASE ?? '/',
  srcDir: 'pages',
  outDir: 'dist',
  cacheDir: '.vitepress/cache',
  // The playground is a page of its own, which the generator does not see.
  ignoreDeadLinks: [/^\/playground\//],
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  transformHtml: addPolicy,
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Guides', link: '/deployment.md' },
      { text: 'Senders', link: '/senders/' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Playground', link: '/playground/', target: '_self' },
    ],
    sidebar: makeSidebar(),
    ...(PROJECT.repository === undefined
      ? {}
      : { socialLinks: [{ icon: 'github', link: PROJECT.repository }] }),
  },
});

/** A policy for each page: its own scripts by their hashes, and no connections. Styles of the code are attributes. */
function addPolicy(html) {
  const inline = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)];
  const hashes = inline.map(([, text]) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  const policy = [
    "default-src 'self'",
    `script-src 'self' ${hashes.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html.replace(
    '<head>',
    `<head>\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`,
  );
}
