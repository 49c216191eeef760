#include "CPhoneNumber.h"

#include <cstring>
#include <string>

#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

extern "C" bool cphonenumber_advise(const char *number, cphonenumber_advice *advice) {
    *advice = cphonenumber_advice{};
    advice->type = -1;
    try {
        using i18n::phonenumbers::PhoneNumber;
        using i18n::phonenumbers::PhoneNumberUtil;
        const PhoneNumberUtil &plan = *PhoneNumberUtil::GetInstance();
        PhoneNumber parsed;
        if (plan.Parse(number, "ZZ", &parsed) != PhoneNumberUtil::NO_PARSING_ERROR) {
            return false;
        }
        std::string region;
        plan.GetRegionCodeForNumber(parsed, &region);
        if (region != "ZZ") std::strncpy(advice->region, region.c_str(), sizeof advice->region - 1);
        advice->type = static_cast<int>(plan.GetNumberType(parsed));
        advice->possible = plan.IsPossibleNumber(parsed);
        advice->valid = plan.IsValidNumber(parsed);
        advice->calling_code = parsed.country_code();
        std::string main;
        plan.GetRegionCodeForCountryCode(parsed.country_code(), &main);
        if (main != "ZZ") std::strncpy(advice->main_region, main.c_str(), sizeof advice->main_region - 1);
        advice->geographical = plan.IsNumberGeographical(parsed);
        return true;
    } catch (...) {
        *advice = cphonenumber_advice{};
        advice->type = -1;
        return false;
    }
}
