import Calls
import FoundationEssentials
import Hummingbird

/// An amount of money: in whole currency units, and exactly.
struct NativeMoney: Encodable, Sendable {
    /// `0.01250`
    let amount: String
    let milliCents: Int64

    init(_ money: Money) {
        amount = money.description
        milliCents = money.milliCents
    }
}

/// What is set aside for a call.
struct NativeReservation: Encodable, Sendable {
    let status: Reservation.Status
    let amount: String
    let milliCents: Int64

    init(_ reservation: Reservation) {
        status = reservation.status
        amount = reservation.amount.description
        milliCents = reservation.amount.milliCents
    }
}

/// What may be spent, and what there is.
struct NativeWallet: ResponseEncodable, Sendable {
    let mode: CallMode
    let terms: PaymentTerms
    let balance: NativeMoney
    let reserved: NativeMoney
    @Nullable var callCap: NativeMoney?
    @Nullable var dailyCap: NativeMoney?
    /// Charged today, and reserved for calls of today.
    let today: NativeMoney
    /// IANA; whose midnight a day begins at.
    let timeZone: String

    init(_ wallet: Wallet) {
        mode = wallet.mode
        terms = wallet.terms
        balance = NativeMoney(wallet.balance)
        reserved = NativeMoney(wallet.reserved)
        callCap = wallet.callCap.map(NativeMoney.init)
        dailyCap = wallet.dailyCap.map(NativeMoney.init)
        today = NativeMoney(wallet.today)
        timeZone = wallet.timeZone.identifier
    }
}

/// One line of the ledger.
struct NativeLedgerEntry: Encodable, Sendable {
    let number: Int64
    let kind: LedgerEntry.Kind
    let amount: String
    let milliCents: Int64
    /// After this entry.
    let balance: NativeMoney
    @Nullable var callId: String?
    @Nullable var keyId: String?
    let createdAt: String
    let note: String

    init(_ entry: LedgerEntry) {
        number = entry.number
        kind = entry.kind
        amount = entry.amount.description
        milliCents = entry.amount.milliCents
        balance = NativeMoney(entry.balance)
        callId = entry.call?.description
        keyId = entry.key?.description
        createdAt = Timestamp.text(entry.at)
        note = entry.note
    }
}

/// A page of the ledger. `nextBefore` goes into `before` of the next request; `null` on the last page.
struct NativeLedgerPage: Encodable, Sendable {
    let data: [NativeLedgerEntry]
    let hasMore: Bool
    @Nullable var nextBefore: Int64?
}
