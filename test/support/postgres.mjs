import { Client } from 'pg';

/** Runs one statement on a connection of its own. */
export async function runStatement(url, sql, values) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql, values);
  } finally {
    await client.end();
  }
}
