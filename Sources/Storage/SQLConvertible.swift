package import Calls
package import FoundationEssentials

/// A Swift value that has one way of being a column.
package protocol SQLConvertible {
    init(sqlValue: SQLValue) throws(SQLColumnError)
    var sqlValue: SQLValue { get }
}

/// A column does not hold what the code expects: the database was changed by something else.
package struct SQLColumnError: Error, CustomStringConvertible {
    let value: SQLValue
    let type: String

    /// Without the value, which may tell of a callee: this is for logs.
    package var description: String { "A column of the database holds what is no \(type)" }
}

extension String: SQLConvertible {
    package init(sqlValue: SQLValue) throws(SQLColumnError) {
        guard case .text(let text) = sqlValue else { throw SQLColumnError(value: sqlValue, type: "String") }
        self = text
    }
    package var sqlValue: SQLValue { .text(self) }
}

extension Int64: SQLConvertible {
    package init(sqlValue: SQLValue) throws(SQLColumnError) {
        guard case .integer(let value) = sqlValue else { throw SQLColumnError(value: sqlValue, type: "integer") }
        self = value
    }
    package var sqlValue: SQLValue { .integer(self) }
}

extension Int: SQLConvertible {
    package init(sqlValue: SQLValue) throws(SQLColumnError) { self.init(try Int64(sqlValue: sqlValue)) }
    package var sqlValue: SQLValue { .integer(Int64(self)) }
}

extension Bool: SQLConvertible {
    package init(sqlValue: SQLValue) throws(SQLColumnError) { self = try Int64(sqlValue: sqlValue) != 0 }
    package var sqlValue: SQLValue { .integer(self ? 1 : 0) }
}

extension Date: SQLConvertible {
    package init(sqlValue: SQLValue) throws(SQLColumnError) { self.init(microseconds: try Int64(sqlValue: sqlValue)) }
    package var sqlValue: SQLValue { .integer(microseconds) }
}

extension UUID: SQLConvertible {
    package init(sqlValue: SQLValue) throws(SQLColumnError) {
        guard case .text(let text) = sqlValue, let id = UUID(uuidString: text) else {
            throw SQLColumnError(value: sqlValue, type: "UUID")
        }
        self = id
    }
    package var sqlValue: SQLValue { .text(uuidString.lowercased()) }
}

extension Identifier: SQLConvertible {
    package init(sqlValue: SQLValue) throws(SQLColumnError) { self.init(try UUID(sqlValue: sqlValue)) }
    package var sqlValue: SQLValue { uuid.sqlValue }
}

extension PhoneNumber: SQLConvertible {
    package init(sqlValue: SQLValue) throws(SQLColumnError) {
        guard case .text(let text) = sqlValue, let number = PhoneNumber(text) else {
            throw SQLColumnError(value: sqlValue, type: "phone number")
        }
        self = number
    }
    package var sqlValue: SQLValue { .text(description) }
}

extension Money: SQLConvertible {
    package init(sqlValue: SQLValue) throws(SQLColumnError) { self.init(milliCents: try Int64(sqlValue: sqlValue)) }
    package var sqlValue: SQLValue { .integer(milliCents) }
}

extension TimeZone: SQLConvertible {
    package init(sqlValue: SQLValue) throws(SQLColumnError) {
        guard case .text(let text) = sqlValue, let zone = TimeZone(identifier: text) else {
            throw SQLColumnError(value: sqlValue, type: "time zone")
        }
        self = zone
    }
    package var sqlValue: SQLValue { .text(identifier) }
}

extension CalendarDay: SQLConvertible {
    package init(sqlValue: SQLValue) throws(SQLColumnError) {
        guard case .text(let text) = sqlValue, let day = CalendarDay(text) else {
            throw SQLColumnError(value: sqlValue, type: "day")
        }
        self = day
    }
    package var sqlValue: SQLValue { .text(description) }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    package init(sqlValue: SQLValue) throws(SQLColumnError) {
        self = sqlValue == .null ? nil : try Wrapped(sqlValue: sqlValue)
    }
    package var sqlValue: SQLValue { self?.sqlValue ?? .null }
}

/// A closed set of words is stored as the word.
extension SQLConvertible where Self: RawRepresentable, RawValue == String {
    package init(sqlValue: SQLValue) throws(SQLColumnError) {
        guard case .text(let text) = sqlValue, let value = Self(rawValue: text) else {
            throw SQLColumnError(value: sqlValue, type: "\(Self.self)")
        }
        self = value
    }
    package var sqlValue: SQLValue { .text(rawValue) }
}

extension CallStatus: SQLConvertible {}
extension CallMode: SQLConvertible {}
extension PaymentTerms: SQLConvertible {}
extension LedgerEntry.Kind: SQLConvertible {}
extension Reservation.Status: SQLConvertible {}
extension EndReason: SQLConvertible {}
extension Reached: SQLConvertible {}
extension Goal: SQLConvertible {}
extension Conductor: SQLConvertible {}
extension Attempt.Certainty: SQLConvertible {}
extension CallEvent.Kind: SQLConvertible {}
extension TranscriptEntry.Speaker: SQLConvertible {}
extension WebhookDelivery.Status: SQLConvertible {}
extension WebhookEndpoint.DisabledReason: SQLConvertible {}
extension Role: SQLConvertible {}
extension AuditEntry.Action: SQLConvertible {}

/// Codable parts that are only ever read whole are one JSON column.
package struct JSONColumn<Value: Codable>: SQLConvertible {
    package let value: Value

    package init(_ value: Value) { self.value = value }

    package init(sqlValue: SQLValue) throws(SQLColumnError) {
        guard case .text(let text) = sqlValue,
            let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
        else { throw SQLColumnError(value: sqlValue, type: "\(Value.self)") }
        self.value = value
    }

    package var sqlValue: SQLValue {
        guard let data = try? JSONEncoder().encode(value) else { preconditionFailure("\(Value.self) must encode") }
        return .text(String(decoding: data, as: UTF8.self))
    }
}
