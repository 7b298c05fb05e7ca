-- One row per contradiction in the sources, for one subject and base period.
with transactions as (
    select account_id, place_id, product_id, period_id, booking_date, net_amount, currency_code
    from conformed.transactions
),

accounts as (
    select account_id, account_name
    from conformed.accounts
),

places as (
    select place_id, place_name
    from conformed.places
),

positions as (
    select position_id, position_title
    from conformed.positions
),

products as (
    select product_id, category_id
    from conformed.products
),

units as (
    select unit_id, category_id
    from conformed.units
),

alignments as (
    select alignment_id, place_kind, place_key, from_date, to_date
    from conformed.alignments
),

occupancies as (
    select position_id, payee_id, from_date, to_date
    from conformed.occupancies
),

payees as (
    select payee_id, payee_name
    from conformed.payees
),

pay_terms as (
    select payee_id
    from conformed.pay_terms
),

days as (
    select day_date, period_id
    from conformed.days
    where day_date >= date '2025-01-01'
),

periods as (
    select period_id, min(day_date) as from_date
    from days
    group by period_id
),

accounts_without_place as (
    select account_id, period_id, currency_code, sum(net_amount) as net_amount
    from transactions
    where place_id is null
    group by account_id, period_id, currency_code
),

-- Bricks that a force did not have from the beginning; those that are new on the map have no earlier sales.
late_places as (
    select units.unit_id, units.category_id, alignments.place_key as place_id, min(alignments.from_date) as from_date
    from units
    inner join alignments
        on units.unit_id = alignments.alignment_id
        and alignments.place_kind = 'place'
    group by units.unit_id, units.category_id, alignments.place_key
    having min(alignments.from_date) > date '2025-01-01'
),

uncared_lines as (
    select
        late_places.unit_id, late_places.place_id, transactions.period_id, transactions.currency_code,
        transactions.net_amount
    from transactions
    inner join late_places
        on transactions.place_id = late_places.place_id
        and transactions.booking_date < late_places.from_date
    inner join products
        on transactions.product_id = products.product_id
        and late_places.category_id = products.category_id
    left join alignments
        on late_places.unit_id = alignments.alignment_id
        and alignments.place_kind = 'account'
        and transactions.account_id = alignments.place_key
        and transactions.booking_date >= alignments.from_date
        and transactions.booking_date < alignments.to_date
    where alignments.place_key is null and transactions.booking_date >= date '2025-01-01'
),

places_without_position as (
    select unit_id, place_id, period_id, currency_code, sum(net_amount) as net_amount
    from uncared_lines
    group by unit_id, place_id, period_id, currency_code
),

held_days as (
    select occupancies.position_id, days.day_date
    from occupancies
    inner join days
        on days.day_date >= occupancies.from_date
        and days.day_date < occupancies.to_date
    group by occupancies.position_id, days.day_date
),

vacant_days as (
    select positions.position_id, positions.position_title, days.period_id, count(*) as day_count
    from positions
    cross join days
    left join held_days
        on positions.position_id = held_days.position_id
        and days.day_date = held_days.day_date
    where held_days.position_id is null
    group by positions.position_id, positions.position_title, days.period_id
),

unpromised as (
    select payees.payee_id, payees.payee_name, periods.period_id
    from payees
    left join pay_terms on payees.payee_id = pay_terms.payee_id
    cross join periods
    where pay_terms.payee_id is null
)

select
    'account_without_place' as exception_kind,
    'account' as subject_kind,
    accounts_without_place.account_id as subject_id,
    accounts_without_place.period_id,
    concat(
        accounts.account_name, ' lies in no brick; ', cast(round_to(accounts_without_place.net_amount, 2) as varchar),
        ' ', accounts_without_place.currency_code, ' are credited to nobody'
    ) as detail,
    'write its brick into the customer list of the ERP' as cure
from accounts_without_place
inner join accounts on accounts_without_place.account_id = accounts.account_id
union all
select
    'place_without_position' as exception_kind,
    'place' as subject_kind,
    concat(places_without_position.unit_id, ' ', places_without_position.place_id) as subject_id,
    places_without_position.period_id,
    concat(
        places.place_name, ' is in the care of no seat of ', places_without_position.unit_id, '; ',
        cast(round_to(places_without_position.net_amount, 2) as varchar), ' ', places_without_position.currency_code,
        ' are credited to nobody'
    ) as detail,
    'give the brick to a seat from that day on in the alignment list' as cure
from places_without_position
inner join places on places_without_position.place_id = places.place_id
union all
select
    'seat_vacant' as exception_kind,
    'position' as subject_kind,
    vacant_days.position_id as subject_id,
    vacant_days.period_id,
    concat(
        vacant_days.position_title, ' was vacant on ', cast(vacant_days.day_count as varchar),
        ' days; its sales count for the seat and its managers, nobody is paid for them'
    ) as detail,
    'name a deputy in the occupancy list, or leave it so' as cure
from vacant_days
union all
select
    'pay_terms_missing' as exception_kind,
    'payee' as subject_kind,
    unpromised.payee_id as subject_id,
    unpromised.period_id,
    concat(unpromised.payee_name, ' has no promise of pay, and cannot be paid by a target incentive') as detail,
    'add the promise to the pay terms of the payroll' as cure
from unpromised
