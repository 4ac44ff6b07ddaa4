// The official JavaScript client of automerge-repo against our server, as any program of another house would come.
//
//   node official_client.mjs edit   ORIGIN WRITER READER PASSWORD YEAR INDICATOR KEY VALUE
//     one account writes a value the dossier takes; a colleague and the server's own answer show it
//   node official_client.mjs refuse ORIGIN WRITER READER PASSWORD YEAR INDICATOR KEY VALUE
//     one account writes a value no dossier takes; then the colleague writes 1j␟300␟, and it arrives
//   node official_client.mjs whoami  ORIGIN WRITER READER PASSWORD YEAR
//     the user ids of both accounts
//   node official_client.mjs hostile ORIGIN WRITER READER PASSWORD YEAR
//     reads from stdin { setup: [hex], cases: [{ name, changes: [hex] } | { name, frame: hex } | { name, script }] }: the
//     reader stores the changes of `setup`; then for each case the writer, connected anew, writes something good, does
//     what the case says, and the reader writes something good
//
// Prints one JSON line with what was seen, and ends by itself.
import * as Automerge from "@automerge/automerge"
import { Repo } from "@automerge/automerge-repo"
import { WebSocketClientAdapter } from "@automerge/automerge-repo-network-websocket"

const [task, origin, writer, reader, password, year, indicator, key, value] = process.argv.slice(2)
const LIMIT_MS = task === "hostile" ? 110_000 : 30_000
/** Long enough for two peers that answer each other for ever to exchange hundreds of messages. */
const QUIET_MS = task === "hostile" ? 250 : 1_500

function fail(why) {
  console.error(why)
  process.exit(1)
}
setTimeout(() => fail("nothing happened for too long"), LIMIT_MS).unref()

class CountingAdapter extends WebSocketClientAdapter {
  sent = 0
  came = 0
  lost = false
  constructor(...settings) {
    super(...settings)
    this.on("message", message => message.documentId && (this.came += 1))
    this.on("peer-disconnected", () => (this.lost = true))
  }
  send(message) {
    if (message.documentId) this.sent += 1
    super.send(message)
  }
  /** Messages about documents, both ways. */
  get messages() {
    return this.sent + this.came
  }
}

async function call(path, options = {}) {
  const headers = { origin, "content-type": "application/json", ...(options.cookie ? { cookie: options.cookie } : {}) }
  const answer = await fetch(origin + path, { method: options.method ?? "GET", headers, body: options.body })
  if (!answer.ok) fail(`${path}: ${answer.status} ${await answer.text()}`)
  return answer
}

/** Signs in: the cookie, and whose it is. */
async function signIn(username) {
  const body = JSON.stringify({ username, password, device_name: "automerge-repo" })
  const signedIn = await call("/api/v1/session", { method: "POST", body })
  const cookie = signedIn.headers.getSetCookie().map(line => line.split(";")[0]).join("; ")
  return { cookie, user: (await signedIn.json()).user.id }
}

/** Opens a dossier over /sync with a ticket, by default the year's. */
async function connect({ cookie }, url) {
  url ??= (await (await call(`/api/v1/documents?year=${year}`, { cookie })).json())[0].document_url
  const { ticket } = await (await call("/api/v1/sync-ticket", { method: "POST", cookie })).json()
  // A ticket serves once: a lost connection is not tried again within the limit.
  const adapter = new CountingAdapter(origin.replace("http", "ws") + `/sync?ticket=${ticket}`, LIMIT_MS * 2)
  const repo = new Repo({ network: [adapter] })
  const handle = await repo.find(url)
  await handle.whenReady()
  return { adapter, cookie, handle, repo, id: url.replace("automerge:", "") }
}

const open = async username => connect(await signIn(username))

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

// ---- What is refused, one thing after the other ------------------------------------------------------------------

const fromHex = hex => Uint8Array.from(hex.match(/../g) ?? [], byte => parseInt(byte, 16))
const has = (client, hashes) => Automerge.getMissingDeps(client.handle.doc(), hashes).length === 0
let entered = 0

/** Enters points nobody has entered before; the hash of the change. */
function enter(client, at) {
  entered += 1
  client.handle.change(doc => {
    doc.indicators[at].diem = new Automerge.ImmutableString(`1j\u001f${entered}\u001f`)
  })
  return Automerge.decodeChange(Automerge.getLastLocalChange(client.handle.doc())).hash
}

/** What a program of another house might do by itself. */
const scripts = {
  container: doc => {
    doc.indicators = {}
  },
  text: doc => {
    doc.explanations["5.4"] = "thay cả đoạn"
  },
  large: doc => {
    Automerge.splice(doc, ["explanations", "5.4"], 0, 0, "a".repeat(200_000))
  },
}

async function quiet(client) {
  for (let before = -1; before !== client.adapter.messages; await pause(QUIET_MS)) before = client.adapter.messages
}

/** Does what a case says; the hashes of the changes that were made. */
function act(client, { changes, frame, script }) {
  const before = Automerge.getHeads(client.handle.doc())
  if (frame) client.adapter.socket.send(fromHex(frame))
  if (script) client.handle.change(scripts[script])
  for (const change of changes ?? []) client.handle.update(doc => Automerge.loadIncremental(doc, fromHex(change)))
  return Automerge.getChangesMetaSince(client.handle.doc(), before).map(change => change.hash)
}

async function hostile() {
  let input = ""
  for await (const chunk of process.stdin) input += chunk
  const { url, setup, cases } = JSON.parse(input)
  const [villain, other] = [await signIn(writer), await signIn(reader)]
  const colleague = await connect(other, url)
  act(colleague, { changes: setup })
  const seen = []
  for (const one of cases) {
    const client = await connect(villain, url)
    const good = enter(client, "2.4")
    await until(`a good change before ${one.name}`, () => has(colleague, [good]))
    await quiet(client)
    let before = client.adapter.messages
    const bad = act(client, one)
    await quiet(client)
    const further = client.adapter.messages - before
    before = client.adapter.messages
    const news = enter(colleague, "2.1")
    await until(`the colleague's change after ${one.name}`, () => has(client, [news]))
    await quiet(client)
    const stored = bad.some(hash => has(colleague, [hash]))
    const { messages, lost } = client.adapter
    seen.push({ name: one.name, made: bad.length, further, after_news: messages - before, stored, lost })
    await client.repo.shutdown()
  }
  return seen
}

if (task === "whoami") {
  console.log(JSON.stringify({ writer: (await signIn(writer)).user, reader: (await signIn(reader)).user }))
  process.exit(0)
}
if (task === "hostile") {
  console.log(JSON.stringify(await hostile()))
  process.exit(0)
}

// ---- One change ------------------------------------------------------------------------------------------------------

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
