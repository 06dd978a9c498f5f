// The people and machines of one run, and what they send on a day.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/outbound_sim/calendar.h"
#include "bench/outbound_sim/mail.h"
#include "bench/outbound_sim/scenario.h"

namespace sekisho::outbound_sim {

// A person's account. A value.
struct Account {
    std::string name;  // its SASL login and its address
    std::vector<std::uint64_t> from_names;
    double a_day = 0;  // mails on a workday, on average
    unsigned first_day = 0;
    bool joins = false;  // did not exist before first_day
    std::uint32_t number = 0, office = 0, provider = 0, carrier = 0;
    bool home = false, mobile = false, webmail = false, sales = false, own_copy = false;
    bool impatient = false, literal_helo = false, home_ipv6 = false;
    std::uint64_t enclosure = 0;  // 0: none
    std::vector<outbound::Recipient> correspondents;
    // What changes from day to day.
    std::string home_address;
    unsigned trip_until = 0;
};

// A resource that goes through its days in order.
class World {
public:
    World(const Scenario& scenario, std::uint64_t seed);

    // All that is sent on this day, in no order. Days are asked for one after the other.
    std::vector<Stream> plan(unsigned day);

    const Calendar& calendar() const { return calendar_; }
    const std::vector<Account>& people() const { return people_; }
    std::uint64_t account_days() const { return account_days_; }  // of people and machines, so far
    // The address of its PC at the office.
    std::string desk(const Account& account) const;
    // Another customer of the people's providers.
    std::string neighbour(Random& random) const;
    outbound::Recipient known_recipient(const Account& account, Random& random) const;
    // An account by its number, or by what is left of that.
    outbound::Recipient colleague(std::uint64_t number) const;
    static outbound::Recipient stranger(Random& random);

private:
    struct Today;  // where somebody is

    std::string name_of(std::uint32_t number) const;
    void make_account(std::uint32_t number);
    void move(Account& account, Random& random) const;
    Today whereabouts(Account& account, unsigned day, Random& random) const;
    void place(Mail& mail, const Account& account, const Today& today, Random& random) const;
    void plan_account(Account& account, unsigned day, std::vector<Stream>& out);
    Mail write(const Account& account, const Today& today, Random& random) const;
    Mail begin(const Account& account, Random& random) const;
    void address(Mail& mail, const Account& account, unsigned how_many, double new_share,
                 Random& random) const;

    void plan_batches(unsigned day, std::vector<Stream>& out);
    void plan_batch(Kind kind, unsigned day, Random& random, std::vector<Stream>& out);
    const Account& clerk_of(std::uint32_t number, unsigned day) const;
    void plan_invoices(unsigned day, std::vector<Stream>& out);
    void plan_newsletters(unsigned day, std::vector<Stream>& out);
    void plan_monitors(unsigned day, std::vector<Stream>& out);
    void plan_scanners(unsigned day, std::vector<Stream>& out);
    void plan_lists(unsigned day, std::vector<Stream>& out);
    void plan_away(unsigned day, std::vector<Stream>& out);
    Stream stream_at(unsigned day, double second, double a_minute, Random& random) const;
    Mail machine_mail(Kind kind, const std::string& client, const std::string& sender, Random& random) const;

    const Scenario& scenario_;
    std::uint64_t seed_;
    Calendar calendar_;
    Zipf zipf_;
    std::vector<Account> people_;
    std::vector<outbound::Recipient> colleagues_;  // by number
    std::uint64_t account_days_ = 0;
};

}  // namespace sekisho::outbound_sim
