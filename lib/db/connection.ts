import { type Client, createClient, type InStatement, type ResultSet, type Transaction } from "@libsql/client"
import { patiently } from "./patience"

type Execute = (stmt: InStatement) => Promise<ResultSet>

/**
 * One connection for everything, its transactions too: Prisma's adapter lets nothing else in while one is open.
 * libsql 0.17 itself leaves the connection of each transaction to the garbage collector (two file descriptors each,
 * so that 500 transactions use up 1024 of them), and does not hand `timeout` on.
 */
export function oneConnection(file: string, patienceMs: number): Client {
  const client = createClient({ url: `file:${file}` })
  const plain: Execute = client.execute.bind(client)
  const execute: Execute = (stmt) => patiently(client, patienceMs, () => plain(stmt))
  const transaction = async () => {
    // IMMEDIATE: whoever has it can write. A read that turns into a write fails if another program wrote in between.
    await execute("BEGIN IMMEDIATE")
    return transactionOn(execute)
  }
  return Object.assign(client, { execute, transaction })
}

function transactionOn(execute: Execute): Transaction {
  let isOpen = true
  const run: Execute = async (stmt) => {
    // A statement that comes late must not slip into the next transaction, nor stand alone.
    if (!isOpen) throw new Error("the transaction is over")
    return execute(stmt)
  }
  const rollback = async () => {
    if (!isOpen) return
    isOpen = false
    await execute("ROLLBACK")
  }
  const commit = async () => {
    try {
      await run("COMMIT")
      isOpen = false
    } catch (error) {
      await rollback().catch(() => undefined) // else the next statement would find itself inside
      throw error
    }
  }
  const notHere = () => Promise.reject(new Error("Prisma's adapter does not use this"))
  return {
    get closed() {
      return !isOpen
    },
    close: () => void rollback().catch(() => undefined),
    ...{ execute: run, commit, rollback, batch: notHere, executeMultiple: notHere },
  }
}
