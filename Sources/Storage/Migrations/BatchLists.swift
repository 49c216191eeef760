/// What the lists of batches looked like as files, so that results can be given back in their columns.
let batchLists = Migration(name: "0016 batch lists") { _ in
    [
        "ALTER TABLE batches ADD COLUMN list_columns TEXT",
        "ALTER TABLE batch_contacts ADD COLUMN cells TEXT",
    ]
}
