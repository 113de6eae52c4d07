define('modules/ksef/views/ksef-profile/fields/connection-message', ['views/fields/varchar'], Dep => class extends Dep {});
