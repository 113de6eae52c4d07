/** What the last connection test had to say, in the reader's language. */
define('modules/ksef/views/ksef-profile/fields/connection-message', [
    'views/fields/base',
    'modules/ksef/message-text',
], (Base, MessageText) => class extends Base {
    detailTemplateContent = '{{#if value}}{{value}}{{else}}<span class="none-value">{{translate \'None\'}}</span>{{/if}}'
    listTemplateContent = '{{value}}'

    getAttributeList() {
        return ['connectionCode', 'connectionParams'];
    }

    getValueForDisplay() {
        return new MessageText(this.getLanguage()).of({
            code: this.model.get('connectionCode'),
            params: this.model.get('connectionParams'),
        });
    }
});
