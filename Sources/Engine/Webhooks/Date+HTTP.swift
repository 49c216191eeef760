import FoundationEssentials

extension Date {
    /// Reads a date as HTTP writes it, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7). Nil for anything else.
    init?(http text: String) {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        let format = Date.ISO8601FormatStyle()
        guard let date = try? format.parse("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z") else { return nil }
        self = date
    }
}
