// The limit to compare with: a bare node:http server that parses and answers the same bytes as Offshoot, and does nothing else.
import { createServer } from 'node:http';

const [, , body = '{}', headers = '{}'] = process.argv;
const answerHeaders = JSON.parse(headers) as Record<string, string>;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (chunks.length > 0) JSON.parse(Buffer.concat(chunks).toString('utf8'));
    response.writeHead(200, answerHeaders).end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ plainUrl: `http://127.0.0.1:${port}` })}\n`);
});
