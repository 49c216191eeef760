import Engine
import Foundation
import Storage

extension Check {
    /// Every balance is what its ledger adds up to.
    static func wallets(_ path: String) -> Check {
        Check("Wallets") {
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            do {
                let database = try SQLiteDatabase.file(at: path, ownership: .shared)
                try await database.migrate()
                let discrepancies = try await WalletControl(store: WalletStore(database)).audit()
                try database.close()
                return discrepancies.isEmpty
                    ? [.ok("every balance is the sum of its ledger")]
                    : discrepancies.map {
                        .failure("\($0)", "Something else wrote to the database: compare it with a backup")
                    }
            } catch {
                return [.failure("The ledger cannot be read: \(error)", "Restore the database from a backup")]
            }
        }
    }
}
