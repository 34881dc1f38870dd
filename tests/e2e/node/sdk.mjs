// Speaks to Servery with the official OpenAI SDK for Node; prints what it saw as JSON.
import OpenAI from "openai";

const client = (apiKey) => new OpenAI({ baseURL: process.env.BASE, apiKey, maxRetries: 0 });
const ask = (content, extra = {}) => ({
  model: "faq",
  messages: [{ role: "user", content }],
  ...extra,
});
const seen = {};

const sandbox = client(process.env.KEY);
seen.answer = (
  await sandbox.chat.completions.create(ask("Is there wifi available?"))
).choices[0].message.content;

seen.stream = "";
for await (const chunk of await sandbox.chat.completions.create(
  ask("Is there wifi available?", { stream: true }),
)) {
  seen.stream += chunk.choices[0]?.delta?.content ?? "";
}

try {
  await client("svy_live_" + "a".repeat(39)).chat.completions.create(ask("hello"));
} catch (error) {
  seen.wrong_key = { name: error.constructor.name, status: error.status, code: error.code };
}

async function readToTheEnd(words) {
  const got = { chunks: 0, raised: false };
  try {
    const stream = await sandbox.chat.completions.create(
      ask(words, { model: "cut/m1", stream: true }),
    );
    for await (const _ of stream) got.chunks += 1;
  } catch {
    got.raised = true;
  }
  return got;
}
seen.cut = await readToTheEnd("cut me");
seen.truncated = await readToTheEnd("end early");
console.log(JSON.stringify(seen));
