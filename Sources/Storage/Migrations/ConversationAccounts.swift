/// How conversations that a language model led went, beside their words.
let conversationAccounts = Migration(name: "0017 conversation accounts") { _ in
    ["ALTER TABLE calls ADD COLUMN account TEXT"]
}
