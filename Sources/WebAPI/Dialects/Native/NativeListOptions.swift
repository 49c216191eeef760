import CSV
import Engine

/// What a query may say of a list of contacts.
struct NativeListOptions {
    static let names = ["phone_column", "region", "delimiter"]

    let file: ContactFile.Options

    init(_ query: Query) throws(RequestProblem) {
        file = ContactFile.Options(
            phoneColumn: query["phone_column"],
            region: query["region"],
            delimiter: try query.word("delimiter")
        )
    }
}
