-- One row per contradiction in the sources, for one subject and base period.
with transactions as (
    select account_id, place_id, period_id, booking_date, net_amount
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

alignments as (
    select place_kind, place_key, from_date, to_date
    from conformed.alignments
),

occupancies as (
    select position_id, from_date, to_date
    from conformed.occupancies
),

days as (
    select day_date, period_id
    from conformed.days
),

-- Neither the pharmacy nor its brick is in anybody's care on the day of the line.
uncared_lines as (
    select
        transactions.account_id, transactions.place_id, transactions.period_id, transactions.net_amount
    from transactions
    left join alignments as of_account
        on of_account.place_kind = 'account'
        and transactions.account_id = of_account.place_key
        and transactions.booking_date >= of_account.from_date
        and transactions.booking_date < of_account.to_date
    left join alignments as of_place
        on of_place.place_kind = 'place'
        and transactions.place_id = of_place.place_key
        and transactions.booking_date >= of_place.from_date
        and transactions.booking_date < of_place.to_date
    where of_account.place_key is null and of_place.place_key is null
),

accounts_without_place as (
    select account_id, period_id, sum(net_amount) as net_amount
    from uncared_lines
    where place_id is null
    group by account_id, period_id
),

places_without_position as (
    select place_id, period_id, sum(net_amount) as net_amount
    from uncared_lines
    where place_id is not null
    group by place_id, period_id
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
)

select
    'account_without_place' as exception_kind,
    'account' as subject_kind,
    accounts_without_place.account_id as subject_id,
    accounts_without_place.period_id,
    concat(
        accounts.account_name, ' lies in no brick; ', cast(round_to(accounts_without_place.net_amount, 2) as varchar),
        ' EUR are credited to nobody'
    ) as detail,
    'write its brick into the pharmacy list of the ERP' as cure
from accounts_without_place
inner join accounts on accounts_without_place.account_id = accounts.account_id
union all
select
    'place_without_position' as exception_kind,
    'place' as subject_kind,
    places_without_position.place_id as subject_id,
    places_without_position.period_id,
    concat(
        places.place_name, ' is in the care of no seat; ', cast(round_to(places_without_position.net_amount, 2) as varchar),
        ' EUR are credited to nobody'
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
