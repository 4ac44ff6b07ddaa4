// The official JavaScript client of automerge-repo against our server, as any program of another house would come.
//
//   node official_client.mjs edit   ORIGIN WRITER READER PASSWORD YEAR INDICATOR KEY VALUE
//     one account writes a value the dossier takes; a colleague and the server's own answer show it
//   node official_client.mjs refuse ORIGIN WRITER READER PASSWORD YEAR INDICATOR KEY VALUE
//     one account writes a value no dossier takes; then the colleague writes 1j␟300␟, and it arrives
//
// Prints one JSON line with what was seen, and ends by itself.
import * as Automerge from "@automerge/automerge"
import { Repo } from "@automerge/automerge-repo"
import { WebSocketClientAdapter } from "@automerge/automerge-repo-network-websocket"

const [task, origin, writer, reader, password, year, indicator, key, value] = process.argv.slice(2)
const LIMIT_MS = 30_000
/** Long enough for two peers that answer each other for ever to exchange hundreds of messages. */
const QUIET_MS = 1_500

function fail(why) {
  console.error(why)
  process.exit(1)
}
setTimeout(() => fail("nothing happened for too long"), LIMIT_MS).unref()

class CountingAdapter extends WebSocketClientAdapter {
  sent = 0
  send(message) {
    if (message.documentId) this.sent += 1
    super.send(message)
  }
}

async function call(path, options = {}) {
  const headers = { origin, "content-type": "application/json", ...(options.cookie ? { cookie: options.cookie } : {}) }
  const answer = await fetch(origin + path, { method: options.method ?? "GET", headers, body: options.body })
  if (!answer.ok) fail(`${path}: ${answer.status} ${await answer.text()}`)
  return answer
}

/** Signs in and opens the year's dossier over /sync with a ticket. */
async function open(username) {
  const body = JSON.stringify({ username, password, device_name: "automerge-repo" })
  const signedIn = await call("/api/v1/session", { method: "POST", body })
  const cookie = signedIn.headers.getSetCookie().map(line => line.split(";")[0]).join("; ")
  const [document] = await (await call(`/api/v1/documents?year=${year}`, { cookie })).json()
  const { ticket } = await (await call("/api/v1/sync-ticket", { method: "POST", cookie })).json()
  // A ticket serves once: a lost connection is not tried again within the limit.
  const adapter = new CountingAdapter(origin.replace("http", "ws") + `/sync?ticket=${ticket}`, LIMIT_MS * 2)
  const handle = await new Repo({ network: [adapter] }).find(document.document_url)
  await handle.whenReady()
  return { adapter, cookie, handle, id: document.document_url.replace("automerge:", "") }
}

const seen = client => String(client.handle.doc()?.indicators?.[indicator]?.[key] ?? "")
const pause = ms => new Promise(next => setTimeout(next, ms))

function write(client, text) {
  client.handle.change(doc => {
    doc.indicators[indicator][key] = new Automerge.ImmutableString(text)
  })
}

async function until(what, found) {
  while (!(await found())) {
    if (performance.now() > LIMIT_MS - 2_000) fail(`never came: ${what}`)
    await pause(20)
  }
}

async function onServer(client) {
  const document = await (await call(`/api/v1/documents/${client.id}`, { cookie: client.cookie })).json()
  return JSON.stringify(document)
}

const mine = await open(writer)
const colleague = await open(reader)

if (task === "edit") {
  const before = seen(mine)
  write(mine, value)
  await until("the change at the colleague", () => seen(colleague) === value)
  await until("the change at the server", async () => (await onServer(mine)).includes(JSON.stringify(value)))
  console.log(JSON.stringify({ before, after: seen(colleague) }))
} else {
  await pause(QUIET_MS)
  const before = mine.adapter.sent
  write(mine, value)
  await pause(QUIET_MS)
  const sent = mine.adapter.sent - before
  const stored = (await onServer(colleague)).includes(JSON.stringify(value))
  const theirs = "1j\u001f300\u001f"
  write(colleague, theirs)
  // Both values stand side by side at the writer, whose own was never taken: the colleague's is among them.
  const all = () => Object.values(Automerge.getConflicts(mine.handle.doc().indicators[indicator], key) ?? {}).map(String)
  await until("the colleague's change", () => seen(mine) === theirs || all().includes(theirs))
  console.log(JSON.stringify({ sent, stored, at_colleague: seen(colleague) }))
}
process.exit(0)
