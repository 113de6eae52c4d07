/** What the last connection test had to say. */
define('modules/ksef/views/ksef-profile/fields/connection-message', ['modules/ksef/views/fields/coded-message'], Message =>
    class extends Message {
        paramsAttribute = 'connectionParams'
    });
