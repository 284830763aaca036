-- gcra.rs in Redis, in one step and by the clock of the server. Whole microseconds are exact in Lua's numbers up to 2^53.
-- KEYS[1] the key; ARGV[1] the window, ARGV[2] the cost. Answers whether it was taken, and how far ahead the key is.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local window, cost = tonumber(ARGV[1]), tonumber(ARGV[2])
local arrival = tonumber(redis.call('GET', KEYS[1])) or now
local before = math.max(arrival - now, 0)
local ahead = math.min(before, window)
local taken = ahead + cost <= window
if taken then
    ahead = ahead + cost
end
if ahead ~= before then
    redis.call('SET', KEYS[1], string.format('%.0f', now + ahead), 'PX', math.ceil(ahead / 1000))
end
return { taken and 1 or 0, ahead }
